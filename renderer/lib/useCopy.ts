import { useNotices } from '../stores/notices'

/** Copies a text, and says so; when the system refuses, the notice holds the text itself. */
export function useCopy() {
  const notices = useNotices()
  return async (text: string, { done, refused }: { done: string, refused: string }): Promise<void> => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false)
    if (copied) notices.done(done)
    else notices.done(refused, { text })
  }
}

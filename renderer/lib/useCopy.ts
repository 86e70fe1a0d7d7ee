import { useTell } from './tell'

/** Copies a text, and says so; when the system refuses, the notice holds the text itself. */
export function useCopy() {
  const tell = useTell()
  return async (text: string, { done, refused }: { done: string, refused: string }): Promise<void> => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false)
    if (copied) tell.done(done)
    else tell.done(refused, { text })
  }
}

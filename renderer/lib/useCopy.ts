import { useTell } from './tell'

/** Copies a text and confirms it; if the system refuses, the notice contains the text. */
export function useCopy() {
  const tell = useTell()
  return async (text: string, { done, refused }: { done: string, refused: string }): Promise<void> => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false)
    if (copied) tell.done(done)
    else tell.done(refused, { text })
  }
}

import { type LabError, ownError } from '@core'
import { onScopeDispose, ref, shallowRef } from 'vue'

/** A longer expression is parsed only when typing pauses. */
const longText = 300
const pauseMs = 120

/**
 * The expression as typed, valid or not.
 * @param apply receives each new text; errors that it throws become the text's error
 */
export function useExpression(first: string, apply: (text: string) => void) {
  const source = ref(first)
  const error = shallowRef<LabError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  /**
   * @param composing an input method is still composing the last word: the text is shown, but parsed only when the word
   * is complete
   */
  function setExpression(text: string, { composing = false }: { composing?: boolean } = {}) {
    source.value = text
    clearTimeout(timer)
    if (composing) return
    if (text.length < longText) read()
    else timer = setTimeout(read, pauseMs)
  }
  function read() {
    try {
      apply(source.value)
      error.value = null
    }
    catch (cause) { error.value = ownError(cause) }
  }
  /** Shows the expression of another document. */
  function replace(text: string) {
    source.value = text
    error.value = null
  }
  return { source, error, setExpression, read, replace }
}

import { LabError, type Nested, readValue, type Suggestion, withSuggestion } from '@core'
import { type Ref, ref, watch } from 'vue'
import { onWidgetKeys } from '../../lib/keys'
import { nestedText } from '../document/field-text'
import { towardsSuggestion } from '../document/towards-suggestion'

export interface ValueEntry {
  readonly text: Ref<string>
  readonly error: Ref<LabError | null>
  /** Applies a change of the field; if it fails, `error` says why. */
  readonly attempt: (work: () => Nested) => void
  readonly typed: () => void
  readonly take: (meant: Suggestion) => void
  /** @param event omitted when the suggestion lost the focus */
  readonly blurred: (event?: FocusEvent) => void
  readonly escape: (event: KeyboardEvent) => void
}

/**
 * State of a field for a number or nested lists of numbers; its text may be invalid.
 * @param now the value in use
 * @param set applies a value; throws a LabError when it is rejected
 * @param endEdit called when the field loses the focus
 */
export function useValueEntry({ now, set, endEdit }: { readonly now: () => Nested, readonly set: (value: Nested) => void, readonly endEdit: () => void }): ValueEntry {
  const text = ref(nestedText(now()))
  const error = ref<LabError | null>(null)
  // Typed text is kept as it is; other changes (undo, a drag on the canvas, an update) replace it.
  watch(now, (value) => {
    if (read(text.value) !== JSON.stringify(value)) text.value = nestedText(value)
    error.value = null
  })

  function attempt(work: () => Nested) {
    try {
      set(work())
      error.value = null
    }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      error.value = cause
    }
  }
  const typed = () => attempt(() => readValue(text.value))
  function take(meant: Suggestion) {
    text.value = withSuggestion(text.value, meant)
    typed()
  }
  /** Invalid text is reverted when the focus leaves the field, unless it goes to the suggestion. */
  function blurred(event?: FocusEvent) {
    if (event && towardsSuggestion(event)) return
    if (error.value) { text.value = nestedText(now()); error.value = null }
    endEdit()
  }
  const escape = onWidgetKeys('field', event => (event.target as HTMLElement).blur())
  return { text, error, attempt, typed, take, blurred, escape }
}

function read(typed: string): string | null {
  try { return JSON.stringify(readValue(typed)) }
  catch { return null }
}

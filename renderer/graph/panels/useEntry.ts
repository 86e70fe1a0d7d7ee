import { LabError, type Nested, readValue, type Suggestion, withSuggestion } from '@core'
import { type Ref, ref, watch } from 'vue'
import { unlessComposing } from '../../lib/keys'
import { entryOf } from '../document/entry'
import { towardsSuggestion } from '../document/towards-suggestion'

export interface Entry {
  readonly text: Ref<string>
  readonly error: Ref<LabError | null>
  /** Uses what a person did to the field; what is wrong with it is the error. */
  readonly attempt: (work: () => Nested) => void
  readonly typed: () => void
  readonly take: (meant: Suggestion) => void
  /** @param event left out where the suggestion was left */
  readonly left: (event?: FocusEvent) => void
  readonly escape: (event: KeyboardEvent) => void
}

/**
 * A field for a number or lists of them, which may be typed wrong.
 * @param now what is in use
 * @param set throws what is wrong with it
 * @param endEdit the field was left
 */
export function useEntry({ now, set, endEdit }: { readonly now: () => Nested, readonly set: (value: Nested) => void, readonly endEdit: () => void }): Entry {
  const text = ref(entryOf(now()))
  const error = ref<LabError | null>(null)
  // What is typed stays as it is typed; undo, a drag on the canvas or a new round bring their own.
  watch(now, (value) => {
    if (read(text.value) !== JSON.stringify(value)) text.value = entryOf(value)
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
  /** What could not be used goes with the focus, unless that goes to what was probably meant. */
  function left(event?: FocusEvent) {
    if (event && towardsSuggestion(event)) return
    if (error.value) { text.value = entryOf(now()); error.value = null }
    endEdit()
  }
  const escape = unlessComposing(event => (event.target as HTMLElement).blur())
  return { text, error, attempt, typed, take, left, escape }
}

function read(typed: string): string | null {
  try { return JSON.stringify(readValue(typed)) }
  catch { return null }
}

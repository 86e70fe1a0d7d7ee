import type { Problem } from '@core'
import type { Arrangement, Texts } from '../layout/arrange'
import type { Shot } from '../layout/look'
import type { NoteBoxes } from '../layout/note-boxes'
import type { Palette, Theme } from './palette'

/** All that a picture is made of. */
export interface PictureOptions {
  readonly shot: Shot
  readonly arrangement: Arrangement
  readonly texts: Texts & { readonly tell: (problem: Problem) => string, readonly updated: string }
  readonly theme: Theme
  /** Fonts as CSS lists them, for words and for signs */
  readonly font: string
  readonly signFont: string
}

/** The same, with the colours of one part: a part that is not at work is dimmed. */
export interface PictureContext extends PictureOptions {
  readonly palette: Palette
  readonly notes: NoteBoxes['boxes']
  readonly toned: (lit: boolean) => Palette
}

import type { Problem } from '@core'
import type { Arrangement, Texts } from '../layout/arrange'
import type { GraphState } from '../layout/display-state'
import type { NoteBoxes } from '../layout/note-boxes'
import type { Palette, Theme } from './palette'

/** Everything that a picture depends on. */
export interface PictureOptions {
  readonly graphState: GraphState
  readonly arrangement: Arrangement
  readonly texts: Texts & { readonly errorText: (problem: Problem) => string, readonly updated: string }
  readonly theme: Theme
  /** CSS font families for text and for mathematics */
  readonly font: string
  readonly signFont: string
}

/** The same options with the colours of one part, which is dimmed unless it is active. */
export interface PictureContext extends PictureOptions {
  readonly palette: Palette
  readonly notes: NoteBoxes['boxes']
  readonly paletteFor: (lit: boolean) => Palette
}

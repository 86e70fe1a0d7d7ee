import type { Stroke } from '@core'
import { type Ink, inkPart, type Pen } from '../../../../renderer/stores/sketch/ink'

/** Draws whole strokes. */
export function inkStrokes(pen: Pen, strokes: readonly Stroke[], ink: Ink): void {
  for (const stroke of strokes) inkPart(pen, stroke, ink)
}

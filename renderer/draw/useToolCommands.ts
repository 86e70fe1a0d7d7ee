import { useCommands } from '../stores/commands'
import { useRoom } from '../stores/room'
import { type PenWidth, penWidths, useSketch } from '../stores/sketch/sketch'
import type { Reading } from '../stores/sketch/useReading'
import { usePastedPicture } from './usePastedPicture'

interface Options {
  /** Opens the choice of an image. */
  readonly choose: () => void
  /** The panel beside the training: its commands work while it has the focus; null: everywhere in the Draw room */
  readonly docked: (() => HTMLElement | null) | null
}

/** The commands of the drawing tools, and pictures that are pasted. */
export function useToolCommands(reading: Reading, { choose, docked }: Options): void {
  const sketch = useSketch()
  const room = useRoom()
  const widths = Object.keys(penWidths) as PenWidth[]
  const other = (by: number): PenWidth | undefined => widths[widths.indexOf(sketch.penWidth) + by]
  const widen = (by: number) => ({ run: () => { sketch.setPenWidth(other(by)!) }, enabled: () => other(by) !== undefined })
  const hasImages = () => reading.testImages > 0
  useCommands({
    'draw.eraser': () => { sketch.setTool(sketch.tool === 'pen' ? 'eraser' : 'pen') },
    'draw.thinner': widen(-1), 'draw.thicker': widen(1),
    'draw.random': { run: () => reading.take('random'), enabled: hasImages }, 'draw.choose': { run: choose, enabled: hasImages },
  }, docked ? { within: docked } : { when: () => room.current === 'draw' })
  usePastedPicture(focused => docked ? docked()?.contains(focused) ?? false : room.screen === 'draw')
}

import { useCommands } from '../stores/commands'
import { useRoom } from '../stores/room'
import { useSketch } from '../stores/sketch/sketch'
import type { Reading } from '../stores/sketch/useReading'

/**
 * The drawing commands.
 * @param docked the panel beside the training controls: its commands work while it has the focus; if omitted, they work
 * everywhere in the Draw room
 */
export function useDrawCommands(reading: Reading, docked?: () => HTMLElement | null): void {
  const sketch = useSketch()
  const room = useRoom()
  const hasImages = () => reading.testImages > 0
  useCommands({
    'draw.clear': { run: sketch.clear, enabled: () => !sketch.empty }, 'edit.undo': { run: sketch.undo, enabled: () => sketch.canUndo }, 'edit.redo': { run: sketch.redo, enabled: () => sketch.canRedo },
    'draw.next': { run: () => reading.take('next'), enabled: hasImages }, 'draw.previous': { run: () => reading.take('previous'), enabled: hasImages },
  }, docked ? { within: docked } : { when: () => room.current === 'draw' })
}

import { useCommands } from '../stores/commands'
import { useRoom } from '../stores/room'
import { useSketch } from '../stores/sketch/sketch'

/**
 * The drawing commands.
 * @param docked the panel beside the training controls: its commands work while it has the focus; if omitted, they work
 * everywhere in the Draw room
 */
export function useDrawCommands(docked?: () => HTMLElement | null): void {
  const sketch = useSketch()
  const room = useRoom()
  useCommands({
    'draw.clear': sketch.clear, 'draw.next': () => sketch.take('next'), 'draw.previous': () => sketch.take('previous'), 'edit.undo': sketch.undo,
  }, docked ? { within: docked } : { when: () => room.current === 'draw' })
}

import { useCommands } from '../../stores/commands'
import { useGraph } from '../../stores/graph/graph'
import { useGraphFiles } from '../../stores/graph/graph-files'
import { useRoom } from '../../stores/room'

/** What the commands for documents do in the Learn room: they apply to the graph. */
export function useGraphCommands(): void {
  const graph = useGraph()
  const files = useGraphFiles()
  const room = useRoom()
  const here = () => room.current === 'learn'
  useCommands({
    'edit.undo': { run: graph.undo, enabled: () => graph.canUndo || graph.source !== graph.document.expression },
    'edit.redo': { run: graph.redo, enabled: () => graph.canRedo },
  }, { when: here })
  // The graph of the current network has no file of its own; saving applies to its weights.
  useCommands({ 'file.save': files.save, 'file.saveAs': files.save }, { when: () => here() && !graph.fixed })
}

import { graphLimits } from '@contract'
import { useCommands } from '../../stores/commands'
import { useGraph } from '../../stores/graph/graph'
import { useGraphFiles } from '../../stores/graph/graph-files'
import { useRoom } from '../../stores/room'

/** Factor by which + and − change the speed. */
const speedStep = 1.33

/**
 * The commands of the graph in the Learn room.
 * @param options.shown whether a graph is displayed, so that it can be stepped through
 */
export function useGraphCommands({ shown, toExpression }: { shown: () => boolean, toExpression: () => void }): void {
  const graph = useGraph()
  const files = useGraphFiles()
  const room = useRoom()
  const faster = (factor: number) => {
    const [fastest, slowest] = graphLimits.stepMs
    graph.setMsPerStep(Math.round(Math.min(slowest, Math.max(fastest, graph.msPerStep / factor))))
  }
  useCommands({
    'learn.next': graph.next, 'learn.back': graph.back, 'learn.stepForward': graph.stepForward, 'learn.stepBackward': graph.stepBackward,
    'learn.toEnd': graph.toEnd, 'learn.restart': graph.restart, 'learn.play': graph.togglePlay,
    'learn.faster': () => faster(speedStep), 'learn.slower': () => faster(1 / speedStep), 'learn.expression': toExpression,
  }, { when: shown })
  const here = () => room.current === 'learn'
  useCommands({ 'edit.undo': graph.undo, 'edit.redo': graph.redo, 'file.open': files.open }, { when: here })
  // The graph of the current network has no file of its own; saving applies to its weights.
  useCommands({ 'file.save': files.save }, { when: () => here() && !graph.fixed })
}

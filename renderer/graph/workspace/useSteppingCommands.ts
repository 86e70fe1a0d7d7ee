import { graphLimits } from '@contract'
import { useCommands } from '../../stores/commands'
import { useGraph } from '../../stores/graph/graph'

/** Factor by which + and − change the speed. */
const speedStep = 1.33

/** The commands that step through the displayed graph, for as long as its controls are displayed. */
export function useSteppingCommands(): void {
  const graph = useGraph()
  const faster = (factor: number) => {
    const [fastest, slowest] = graphLimits.stepMs
    graph.setMsPerStep(Math.round(Math.min(slowest, Math.max(fastest, graph.msPerStep / factor))))
  }
  const hasNext = () => !graph.atEnd
  const hasPrevious = () => graph.position > 0
  useCommands({
    'learn.next': { run: graph.next, enabled: hasNext }, 'learn.back': { run: graph.back, enabled: hasPrevious },
    'learn.toEnd': { run: graph.toEnd, enabled: hasNext }, 'learn.restart': { run: graph.restart, enabled: hasPrevious },
    'learn.stepForward': { run: graph.stepForward, enabled: () => graph.canForward }, 'learn.stepBackward': { run: graph.stepBackward, enabled: () => graph.canBackward },
    'learn.play': { run: graph.togglePlay, enabled: () => graph.length > 0 },
    'learn.faster': () => faster(speedStep), 'learn.slower': () => faster(1 / speedStep),
  })
}

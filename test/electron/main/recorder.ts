import type { FindingProgress, LanePoints, SharedDataset } from '@contract'
import { mnist } from '@core'
import { RunStore, runsFolder } from '@files'
import { Past } from '../../../electron/main/past'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { FakeThread, weightsOf } from './fake-thread'

/** The runs of a folder, a recorder that adds to them, and their past, with the threads that were started for it. */
export function recordingIn(folder: string): { readonly runs: RunStore, readonly recorder: RunRecorder, readonly past: Past, readonly pastThreads: readonly FakeThread[], readonly findings: readonly FindingProgress[], readonly lanes: readonly LanePoints[] } {
  const runs = new RunStore(runsFolder(folder))
  const recorder = new RunRecorder({ store: runs, onProblem: (cause) => { throw cause } })
  const pastThreads: FakeThread[] = []
  const [findings, lanes]: [FindingProgress[], LanePoints[]] = [[], []]
  const past = new Past({
    runs, recorder, dataset: { info: mnist } as SharedDataset, sample: { name: 'sample', bytes: weightsOf(0) }, version: 'test', onProgress: () => undefined, onLost: () => undefined, onFinding: progress => findings.push(progress), onLane: points => lanes.push(points), onProblem: (cause) => { throw cause },
    startThread: ({ pendingRequests }) => {
      const thread = new FakeThread(pendingRequests)
      pastThreads.push(thread)
      return thread
    },
  })
  return { runs, recorder, past, pastThreads, findings, lanes }
}

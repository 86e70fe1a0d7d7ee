import type { FindingProgress, LanePoints, SharedDataset, TwinState } from '@contract'
import { mnist } from '@core'
import { type FileSystem, RunStore, runsFolder } from '@files'
import { onTestFinished } from 'vitest'
import { Memory } from '../../../electron/main/memory'
import { Past } from '../../../electron/main/past'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { FakeThread, weightsOf } from './fake-thread'

export interface RecordingOptions {
  readonly fs?: FileSystem
  readonly onProblem?: (cause: unknown) => void
  readonly onCurrent?: (id: string | null) => void
}

/** The runs of a folder, a recorder that adds to them, and their past, with the threads that were started for it. */
export function recordingIn(folder: string, { fs, onProblem, onCurrent }: RecordingOptions = {}): { readonly runs: RunStore, readonly recorder: RunRecorder, readonly twinRecorder: RunRecorder, readonly past: Past, readonly memory: Memory, readonly twins: readonly (TwinState | null)[], readonly pastThreads: readonly FakeThread[], readonly findings: readonly FindingProgress[], readonly lanes: readonly LanePoints[] } {
  const runs = new RunStore(runsFolder(folder), { ...onProblem && { onProblem }, ...fs && { fs } })
  const recorder = new RunRecorder({ store: runs, onProblem: onProblem ?? ((cause) => { throw cause }), ...onCurrent && { onCurrent } })
  const twinRecorder = new RunRecorder({ store: runs, onProblem: onProblem ?? ((cause) => { throw cause }) })
  onTestFinished(async () => { await Promise.all([recorder.end(), twinRecorder.end()]) }) // before its folder goes
  const twins: (TwinState | null)[] = []
  const pastThreads: FakeThread[] = []
  const [findings, lanes]: [FindingProgress[], LanePoints[]] = [[], []]
  const memory = new Memory()
  const past = new Past({
    runs, recorder, memory, twinRecorder, onTwin: twin => twins.push(twin), onTwinMetrics: () => undefined, dataset: { info: mnist } as SharedDataset, sample: { name: 'sample', bytes: weightsOf(0) }, version: 'test', onProgress: () => undefined, onLost: () => undefined, onFinding: progress => findings.push(progress), onLane: points => lanes.push(points), onHealth: () => undefined, onPath: () => undefined, onProblem: (cause) => { throw cause },
    startThread: ({ pendingRequests }) => {
      const thread = new FakeThread(pendingRequests)
      pastThreads.push(thread)
      return thread
    },
  })
  return { runs, recorder, twinRecorder, past, memory, twins, pastThreads, findings, lanes }
}

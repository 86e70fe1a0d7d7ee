import type { FindingProgress, LanePoints, SharedDataset } from '@contract'
import { mnist } from '@core'
import { type FileSystem, RunStore, runsFolder } from '@files'
import { onTestFinished } from 'vitest'
import { Past } from '../../../electron/main/past'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { FakeThread, weightsOf } from './fake-thread'

export interface RecordingOptions {
  readonly fs?: FileSystem
  readonly onProblem?: (cause: unknown) => void
  readonly onCurrent?: (id: string | null) => void
}

/** The runs of a folder, a recorder that adds to them, and their past, with the threads that were started for it. */
export function recordingIn(folder: string, { fs, onProblem, onCurrent }: RecordingOptions = {}): { readonly runs: RunStore, readonly recorder: RunRecorder, readonly past: Past, readonly pastThreads: readonly FakeThread[], readonly findings: readonly FindingProgress[], readonly lanes: readonly LanePoints[] } {
  const runs = new RunStore(runsFolder(folder), { ...onProblem && { onProblem }, ...fs && { fs } })
  const recorder = new RunRecorder({ store: runs, onProblem: onProblem ?? ((cause) => { throw cause }), ...onCurrent && { onCurrent } })
  onTestFinished(async () => { await recorder.end() }) // before its folder goes
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

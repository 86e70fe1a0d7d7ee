import { RunStore, runsFolder } from '@files'
import { RunRecorder } from '../../../electron/main/run-recorder'

/** The runs of a folder, and a recorder that adds to them. */
export function recordingIn(folder: string): { readonly runs: RunStore, readonly recorder: RunRecorder } {
  const runs = new RunStore(runsFolder(folder))
  return { runs, recorder: new RunRecorder({ store: runs, onProblem: (cause) => { throw cause } }) }
}

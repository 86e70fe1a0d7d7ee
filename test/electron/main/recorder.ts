import { RunStore, runsFolder } from '@files'
import { RunRecorder } from '../../../electron/main/run-recorder'

/** Records into the runs of a folder. */
export const recorderIn = (folder: string): RunRecorder => new RunRecorder({ store: new RunStore(runsFolder(folder)), onProblem: (cause) => { throw cause } })

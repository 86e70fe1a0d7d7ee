import samplePath from '../assets/sample.safetensors?asset'
import createWorker from '../worker/index?nodeWorker'
import { prepareElectron } from './before-ready'
import type { MeasureThread } from './certificate'
import { openLab } from './opening'
import type { Thread } from './supervisor'

prepareElectron()
openLab({
  samplePath,
  startThread: workerData => createWorker({ workerData }) as Thread,
  startMeasuring: workerData => createWorker({ workerData }) as MeasureThread,
})

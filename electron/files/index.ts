// The public exports of electron/files: Node only, no Electron.
export { atomicWrite, checkTarget, checkWritable, type FileSystem, removeLeftovers, writesSettled } from './atomic'
export { fileError } from './file-errors'
export { readPng, type Picture } from './image'
export { JsonStore } from './json-store'
export { loadMnist } from './mnist'
export { readWhole } from './read'
export { maxIdentifiedBytes, maxWeightsBytes, readWeightsBytes, readWeightsFacts, summarize, summarizeFile, weightsSha256 } from './weights'

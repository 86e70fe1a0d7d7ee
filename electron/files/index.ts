// The public exports of electron/files: Node only, no Electron.
export { atomicWrite, checkTarget, checkWritable, type FileSystem, removeLeftovers, finishWrites } from './atomic'
export { fileError } from './file-errors'
export { readPng, type Picture } from './image'
export { JsonStore } from './json-store'
export { loadMnist, mnistFiles } from './mnist'
export { readWhole } from './read'
export { maxIdentifiedBytes, maxWeightsBytes, readWeightsBytes, readWeightsFileHeader, summarize, summarizeFile, weightsSha256 } from './weights'

export * from './channels'
export * from './ipc'
export * from './progress'
export * from './reply'
export * from './run'
export * from './text'
export * from './worker'
// Main knows core through this door alone: the settings of a run and the errors are part of the contract.
export { checkRunConfig, countParameters, defaultConfig, LabError, type RunConfig } from '@core'

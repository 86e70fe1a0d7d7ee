/**
 * Every error that a person can meet, by code. A code is one whole sentence: the texts stand in
 * `electron/contract/locales/LANGUAGE/texts.json` under `errors.<code>` and take `details` as their parameters.
 */
export const errorCodes = [
  'internal',
  // configuration of a run: details { found, min?, max?, allowed? }
  'config.layers', 'config.activation', 'config.init', 'config.optimizer', 'config.learningRate',
  'config.batchSize', 'config.seed', 'config.dataset', 'config.parameters', 'config.ends',
  // IDX files: details { file, wanted, found, index? }
  'idx.magic', 'idx.length', 'idx.count', 'idx.label', 'idx.size',
  // safetensors: details { file, wanted?, found, tensor? }
  'safetensors.empty', 'safetensors.truncated', 'safetensors.foreign', 'safetensors.header', 'safetensors.duplicate',
  'safetensors.metadata', 'safetensors.dtype', 'safetensors.offsets', 'safetensors.kind', 'safetensors.pytorch', 'safetensors.headerSize', 'safetensors.tooMany', 'safetensors.trailing',
  // a sound safetensors file that is not a network of ours: details { file, tensor, wanted, found }; size { file, found, parameters, maxLayers, maxUnits, maxParameters }
  'weights.foreign', 'weights.missing', 'weights.shape', 'weights.nonFinite', 'weights.dataset', 'weights.activation', 'weights.size',
  // files: details { file, found? }
  'file.missing', 'file.isFolder', 'file.notFolder', 'file.notFile', 'file.notOnDisk', 'file.denied', 'file.full', 'file.readOnly', 'file.tooLarge', 'file.other',
  // the lab's own folder: details { file, found? }
  'folder.temporary', 'folder.none',
  // datasets: details { file, wanted, found }
  'dataset.missing', 'dataset.damaged',
  // drawn or given images: details { file, wanted?, found }; tooLarge also side
  'image.format', 'image.tooLarge', 'image.blank', 'image.damaged',
  // training: details { step, loss }; memory { found, max } in MB; noTensor { found }
  'train.diverged', 'train.interrupted', 'train.noRun', 'train.memory', 'train.noTensor', 'train.largeGraph',
  // the training thread, the threads that compute for it, the bridge: details { found }
  'worker.died', 'worker.measuringDied', 'worker.timeout', 'worker.computeLost', 'worker.noSimd', 'ipc.sender', 'ipc.schema',
  // numbers, lists and names that are typed: details { at, from, to, found, suggestion?, changeFrom?, changeTo?, name? }
  'typed.empty', 'typed.incomplete', 'typed.character', 'typed.word', 'typed.infinite', 'typed.range', 'typed.separators', 'typed.zeroDivisor',
  'typed.several', 'typed.shape', 'typed.spaces', 'typed.percent', 'typed.unclosed', 'typed.tooDeep', 'typed.name', 'typed.repeated',
  // an expression that is typed: details { at?, found?, wanted?, max?, suggestion?, name? }; at counts characters from 1
  'graph.empty', 'graph.character', 'graph.unexpected', 'graph.misplaced', 'graph.missingOperand', 'graph.missingOperator', 'graph.missingTimes', 'graph.endsEarly',
  'graph.unclosed', 'graph.number', 'graph.unknownFunction', 'graph.argumentCount',
  'graph.unnamed', 'graph.repeatedName', 'graph.usedBefore', 'graph.tooLong', 'graph.tooDeep', 'graph.tooManyNodes',
  // its inputs and what its nodes make of them: details { name?, operation?, found?, wanted? }
  'graph.inputValue', 'graph.learningRate', 'graph.unknownInput', 'graph.missingInput', 'graph.shapes', 'graph.tooLarge', 'graph.logDomain', 'graph.sqrtDomain', 'graph.divisionByZero', 'graph.powerDomain', 'graph.overflow', 'graph.infiniteSlope', 'graph.gradientOverflow', 'graph.partOverflow', 'graph.ownResult',
  // saved graphs: details { file, wanted?, found?, at? }
  'graphFile.empty', 'graphFile.foreign', 'graphFile.version', 'graphFile.content', 'graphFile.expression', 'graphFile.operation',
  // terminal usage: details { flag?, command?, wanted?, found? }
  'cli.unknownCommand', 'cli.unknownFlag', 'cli.missingValue', 'cli.unexpectedValue', 'cli.value', 'cli.missingArgument', 'cli.extraArgument', 'cli.conflict', 'cli.repeatedFlag', 'cli.notWeights',
] as const

export type ErrorCode = (typeof errorCodes)[number]
export type ErrorDetails = Readonly<Record<string, string | number>>

/**
 * An error that names itself by code, so that it can be told in the reader's language.
 * @param code which sentence
 * @param message the same in English, for logs
 * @param details where, what was wanted, what was found: the sentence's parameters
 * @param options cause: why what was found could not even be read
 */
export class LabError extends Error {
  override readonly name: string = 'LabError'
  constructor(readonly code: ErrorCode, message: string, readonly details: ErrorDetails = {}, options: { readonly cause?: unknown } = {}) {
    super(message, options)
  }
}

/**
 * What was caught, where only an error of ours is expected.
 * @throws anything else, as it is: a mistake in the code must not pass for something that a person did
 */
export function ownError(cause: unknown): LabError {
  if (!(cause instanceof LabError)) throw cause
  return cause
}

/** Bytes that break a file format's rules. */
export class FormatError extends LabError {
  override readonly name = 'FormatError'
}

/** A setting outside what can be trained. */
export class ConfigError extends LabError {
  override readonly name = 'ConfigError'
}

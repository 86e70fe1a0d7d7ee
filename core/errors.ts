/**
 * Codes of all errors that a user may see. Each code stands for one sentence: the texts are in
 * `electron/contract/locales/LANGUAGE/texts.json` under `errors.<code>`, with `details` as their parameters.
 */
export const errorCodes = [
  'internal',
  // configuration of a run: details { found, min?, max?, allowed? }
  'config.layers', 'config.activation', 'config.init', 'config.optimizer', 'config.learningRate',
  'config.version', 'config.rate', 'config.weightDecay', 'config.validation', 'config.batchSize', 'config.seed', 'config.orderSeed', 'config.dataset', 'config.parameters', 'config.ends',
  // a network: details { layer? (counted from 1), at? (a character, from 1), kind?, setting?, wanted?, found, allowed?, suggestion?, max?, dataset? }
  'network.layers', 'network.kind', 'network.setting', 'network.loss', 'network.text', 'network.input', 'network.outputs', 'network.batchSize', 'network.unknownLayer', 'network.fixedSetting',
  // images and labels in arrays of NumPy: details { file, name, wanted, found, index?, labels? }
  'arrays.names', 'arrays.shape', 'arrays.pixels', 'arrays.count', 'arrays.label',
  // IDX files: details { file, at, wanted, found, index?, labels? }; at counts bytes from 0
  'idx.magic', 'idx.swapped', 'idx.length', 'idx.empty', 'idx.count', 'idx.label', 'idx.size', 'idx.tooLarge', 'idx.gzip',
  // safetensors: details { file, wanted?, found, tensor? }
  'safetensors.empty', 'safetensors.truncated', 'safetensors.foreign', 'safetensors.header', 'safetensors.duplicate',
  'safetensors.metadata', 'safetensors.dtype', 'safetensors.offsets', 'safetensors.kind', 'safetensors.pytorch', 'safetensors.headerSize', 'safetensors.tooMany', 'safetensors.trailing',
  // zip files: details { file, name?, at?, wanted?, found? }; at counts bytes from 0
  'zip.cut', 'zip.damaged', 'zip.large', 'zip.tooMany', 'zip.encrypted', 'zip.method', 'zip.name', 'zip.duplicate', 'zip.size', 'zip.tooLarge', 'zip.overlap', 'zip.checksum', 'zip.data',
  // arrays of NumPy: details { file, at?, wanted, found }; npz.foreign { file, found }, npz.name { file, name, wanted }
  'npy.foreign', 'npy.version', 'npy.cut', 'npy.header', 'npy.type', 'npy.length', 'npz.foreign', 'npz.name',
  // a valid safetensors file with an unsupported network: details { file, tensor, wanted, found }; size { file, found, parameters, maxLayers, maxUnits, maxParameters }
  'weights.foreign', 'weights.missing', 'weights.shape', 'weights.nonFinite', 'weights.dataset', 'weights.otherDataset', 'weights.unknownDataset', 'weights.activation', 'weights.network', 'weights.size', 'weights.checkpoint', 'weights.changed',
  // pickled dictionaries of arrays: details { file, at?, wanted?, found }
  'pickle.opcode', 'pickle.global', 'pickle.damaged', 'pickle.content', 'pickle.tooLong', 'pickle.tooLarge',
  // tensors of another program whose order or layout is not clear: details { file, found }
  'chain.order', 'chain.layout',
  // checkpoints: details { file, wanted, found }; content also field; unknown { file, found, version }; recipe { file, version }, with its reason as the cause; dataset, otherDataset { file, name }
  'checkpoint.foreign', 'checkpoint.weights', 'checkpoint.version', 'checkpoint.damaged', 'checkpoint.content', 'checkpoint.unknown', 'checkpoint.recipe', 'checkpoint.dataset', 'checkpoint.otherDataset',
  // runs on the disk: details { file, wanted?, found? }; content also field; unknown { file, found, version }; recipe { file, version }, with its reason as the cause
  'run.foreign', 'run.version', 'run.content', 'run.unknown', 'run.recipe', 'series.foreign', 'series.version',
  // runs by their name or id: details { file, found?, wanted?, step? }; locked also pid
  'run.missing', 'run.ambiguous', 'run.locked', 'run.otherCheckpoint', 'run.noCheckpoint', 'run.step', 'run.inexact',
  // what an earlier version saved by itself, damaged: details { file }; states that were removed to make room { n, max } in GB
  'run.oldSave', 'run.thinned',
  // a run that cannot be written while it is trained: details { file }
  'run.diskFull',
  // a run that is being trained: details { name }
  'run.inTraining', 'run.stays',
  // the past of a run: details { step }; range { step, first, last }; lanes, bookmarks { max }; memory { found, max } in MB
  'past.none', 'past.left', 'past.range', 'past.stopped', 'past.lanes', 'past.bookmarks', 'past.unit', 'past.memory', 'past.laneStopped',
  // a second run beside another one: one { found }
  'twin.one', 'twin.batches', 'twin.stopped',
  // a run that is taught an image: image { wanted, found }; label { found, max }; dataset { wanted }
  'teach.image', 'teach.label', 'teach.dataset', 'teach.diverged', 'teach.gone',
  // a run as one file: details { file, name? }, name is that of the part in it
  'labrun.foreign', 'labrun.cut', 'labrun.name', 'labrun.link', 'labrun.compressed', 'labrun.duplicate', 'labrun.size', 'labrun.missing', 'labrun.damaged', 'labrun.otherRun', 'labrun.tooLarge',
  // recipes: details { file, wanted?, found? }; content and unknown also field; cut, syntax { file, line, wanted?, found? }
  'recipe.foreign', 'recipe.cut', 'recipe.syntax', 'recipe.version', 'recipe.content', 'recipe.unknown',
  // two runs that are compared: steps { first, last, otherFirst, otherLast }; step { step, first, last }
  'compare.networks', 'compare.steps', 'compare.step',
  // files: details { file, found? }; unknown also wanted
  'file.missing', 'file.isFolder', 'file.notFolder', 'file.notFile', 'file.notOnDisk', 'file.denied', 'file.full', 'file.readOnly', 'file.tooLarge', 'file.unknown', 'file.exists', 'file.other',
  // folder of the lab's own files: details { file, found? }
  'folder.temporary', 'folder.none',
  // datasets: details { file, wanted, found }; imported ones { name, file?, wanted?, found? }
  'dataset.missing', 'dataset.damaged', 'dataset.unknown', 'dataset.vanished', 'dataset.changed', 'dataset.name', 'dataset.classes', 'dataset.nameTaken', 'dataset.tooFew', 'dataset.memory', 'dataset.otherNetwork',
  // what is done with imported datasets, and what is found in files and folders to import: details { name?, file?, images?, labels?, found?, max?, n?, files? }
  'dataset.bundled', 'dataset.otherImages', 'dataset.inTraining', 'dataset.files', 'dataset.noClasses', 'dataset.tooManyClasses', 'dataset.noPictures', 'dataset.tooLarge', 'dataset.cancelled', 'dataset.previewGone',
  'dataset.damagedPictures', 'dataset.emptyClasses', 'dataset.unusedClasses', 'dataset.otherFiles', 'dataset.otherArrays', 'dataset.differs',
  'digits.full', 'digits.pair',
  // exporting a training: noCode { kind, language }; notEmpty, open { file }
  'export.noCode', 'export.notEmpty', 'export.open',
  // drawings and images: details { file, wanted?, found }; tooLarge also side, damaged kind
  'image.format', 'image.tooLarge', 'image.blank', 'image.damaged',
  // training: details { step, loss }; memory { found, max } in MB; noTensor { found }; dataset { wanted, found }
  'train.diverged', 'train.interrupted', 'train.noRun', 'train.dataset', 'train.memory', 'train.stopPassed', 'train.noTensor', 'train.largeGraph',
  // the X-ray: changed { step }; memory { found, max } in MB
  'xray.noStep', 'xray.changed', 'xray.memory', 'xray.gone',
  // what is measured of one step
  'measure.noStep', 'measure.noUpdate', 'measure.underway', 'measure.mixedRows', 'measure.left',
  // training thread, compute threads, preload bridge: details { found }
  'worker.died', 'worker.measuringDied', 'worker.timeout', 'worker.computeLost', 'worker.noSimd', 'ipc.sender', 'ipc.schema',
  // typed numbers, lists and names: details { at, from, to, found, suggestion?, changeFrom?, changeTo?, name? }
  'typed.empty', 'typed.incomplete', 'typed.character', 'typed.word', 'typed.infinite', 'typed.range', 'typed.separators', 'typed.zeroDivisor',
  'typed.several', 'typed.shape', 'typed.spaces', 'typed.percent', 'typed.unclosed', 'typed.tooDeep', 'typed.name', 'typed.repeated',
  // typed expressions: details { at?, found?, wanted?, max?, suggestion?, name? }; at counts characters from 1
  'graph.empty', 'graph.character', 'graph.unexpected', 'graph.misplaced', 'graph.missingOperand', 'graph.missingOperator', 'graph.missingTimes', 'graph.endsEarly',
  'graph.unclosed', 'graph.number', 'graph.unknownFunction', 'graph.argumentCount',
  'graph.unnamed', 'graph.repeatedName', 'graph.usedBefore', 'graph.tooLong', 'graph.tooDeep', 'graph.tooManyNodes',
  // inputs and nodes of a graph: details { name?, operation?, found?, wanted? }
  'graph.inputValue', 'graph.learningRate', 'graph.unknownInput', 'graph.missingInput', 'graph.shapes', 'graph.batch', 'graph.tooLarge', 'graph.logDomain', 'graph.sqrtDomain', 'graph.divisionByZero', 'graph.powerDomain', 'graph.overflow', 'graph.infiniteSlope', 'graph.gradientOverflow', 'graph.partOverflow', 'graph.ownResult',
  // saved graphs: details { file, wanted?, found?, at? }
  'graphFile.empty', 'graphFile.foreign', 'graphFile.version', 'graphFile.content', 'graphFile.expression', 'graphFile.operation',
  // saved progress: details { file, wanted, found }
  'progressFile.foreign', 'progressFile.version', 'progressFile.content',
  // the summary of the course as PDF: details { found }
  'summary.print',
  // command line: details { flag?, command?, wanted?, found? }
  'cli.unknownCommand', 'cli.unknownFlag', 'cli.missingValue', 'cli.unexpectedValue', 'cli.value', 'cli.missingArgument', 'cli.extraArgument', 'cli.conflict', 'cli.repeatedFlag', 'cli.notWeights', 'cli.notCheckpoint', 'cli.otherCheckpoint', 'cli.needs', 'cli.fixed', 'cli.sameFile', 'cli.nothingLeft', 'cli.otherWeights', 'cli.choice', 'cli.fixedChoice', 'cli.exists', 'cli.input',
] as const

export type ErrorCode = (typeof errorCodes)[number]
export type ErrorDetails = Readonly<Record<string, string | number>>

/**
 * An error with a code, so that its message can be shown in the user's language.
 * @param code selects the sentence
 * @param message in English, for logs
 * @param details parameters of the sentence: position, what was wanted, what was found
 * @param options cause: the error behind it, such as a parse error
 */
export class LabError extends Error {
  override readonly name: string = 'LabError'
  constructor(readonly code: ErrorCode, message: string, readonly details: ErrorDetails = {}, options: { readonly cause?: unknown } = {}) {
    super(message, options)
  }
}

/**
 * Narrows a caught error where only a LabError is expected.
 * @throws any other error: a bug must not pass for a user error
 */
export function ownError(cause: unknown): LabError {
  if (!(cause instanceof LabError)) throw cause
  return cause
}

/** Bytes that violate a file format. */
export class FormatError extends LabError {
  override readonly name = 'FormatError'
}

/** A setting outside its allowed range. */
export class ConfigError extends LabError {
  override readonly name = 'ConfigError'
}

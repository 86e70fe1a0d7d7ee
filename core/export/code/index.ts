import { latexNetwork } from './latex'
import { numpyNetwork } from './numpy'
import { pytorchNetwork } from './pytorch'
import type { CodeSource } from './source'
import { typescriptNetwork } from './typescript'

export type { CodeSource } from './source'

const writers = { numpy: numpyNetwork, pytorch: pytorchNetwork, typescript: typescriptNetwork, latex: latexNetwork } as const satisfies Readonly<Record<string, (source: CodeSource) => string>>

export type CodeLanguage = keyof typeof writers
export const codeLanguages = Object.keys(writers) as readonly CodeLanguage[]

/** A training as a program or as formulas. @throws LabError export.noCode, graph.* */
export const networkCode = (language: CodeLanguage, source: CodeSource): string => writers[language](source)

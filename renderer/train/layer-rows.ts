import { layerDefinition, type LayerSetting, type LayerSpec, type LossName, perceptronOf } from '@core'

/**
 * A layer in the form. Its numbers stay texts until they are checked; they are kept by kind, so that neither another kind nor
 * undo loses what was typed.
 */
export interface LayerRow {
  readonly id: number
  readonly kind: string
  /** By kind and setting: { 'dropout.rate': '0.2' } */
  readonly texts: Record<string, string>
}

let created = 0

/** @param spec with its numbers; left out: the usual ones */
export function rowOf(kind: string, spec: Partial<LayerSpec> = {}): LayerRow {
  const given = settingsOf({ kind }).filter(({ name }) => spec[name] !== undefined)
  return { id: created++, kind, texts: Object.fromEntries(given.map(({ name }) => [`${kind}.${name}`, String(spec[name])])) }
}

export const rowsOf = (layers: readonly LayerSpec[]): readonly LayerRow[] => layers.map(spec => rowOf(spec.kind, spec))

/** Whether two networks have the same kinds of layers in the same order. */
export const hasSameKinds = (a: readonly Pick<LayerRow, 'kind'>[], b: readonly Pick<LayerRow, 'kind'>[]): boolean => a.length === b.length && a.every(({ kind }, i) => kind === b[i]!.kind)

/** New rows for the shown ones: they keep the shown ids if their kinds are the same, so that the focus stays in its row. */
export const sameRows = (shown: readonly LayerRow[], rows: readonly LayerRow[]): readonly LayerRow[] =>
  hasSameKinds(shown, rows) ? rows.map((row, i) => ({ ...row, id: shown[i]!.id })) : rows

export const settingsOf = ({ kind }: Pick<LayerRow, 'kind'>): readonly LayerSetting[] => layerDefinition(kind).settings

/** Where the error and the mark of a layer's setting are shown. */
export const placeOf = ({ id }: Pick<LayerRow, 'id'>, { name }: Pick<LayerSetting, 'name'>) => `layer.${id}.${name}` as const

export const textIn = ({ kind, texts }: LayerRow, { name, usual }: LayerSetting): string => texts[`${kind}.${name}`] ?? (usual === undefined ? '' : String(usual))

export function setText({ kind, texts }: LayerRow, { name }: LayerSetting, text: string): void { texts[`${kind}.${name}`] = text }

/** Whether a setting has the dataset's number of classes instead of a typed number: the last layer's outputs. */
export const isFixed = (rows: readonly LayerRow[], row: LayerRow, { outputs = false }: LayerSetting): boolean => outputs && row.id === rows.at(-1)?.id

/** The layers with their numbers as typed, for display. @param classes number of outputs of the last layer */
export const typedLayers = (rows: readonly LayerRow[], classes: number): readonly LayerSpec[] => rows.map(row => ({
  kind: row.kind, ...Object.fromEntries(settingsOf(row).map(setting => [setting.name, isFixed(rows, row, setting) ? classes : textIn(row, setting)])),
}))

/** Whether the layers are the chapter's kind of network, whatever its sizes. */
export const isPerceptron = (rows: readonly LayerRow[], loss: LossName): boolean =>
  perceptronOf({ input: [1], layers: rows.map(({ kind }): LayerSpec => kind === 'affine' ? { kind, units: 1 } : { kind }), loss }) !== null

/** The hidden layers of a perceptron: all rows with a number of outputs, without the last row. */
export const hiddenRows = (rows: readonly LayerRow[]): readonly { readonly row: LayerRow, readonly setting: LayerSetting }[] => rows.slice(0, -1).flatMap((row) => {
  const setting = settingsOf(row).find(({ outputs }) => outputs)
  return setting ? [{ row, setting }] : []
})

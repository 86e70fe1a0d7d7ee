import { type DatasetInfo, type DatasetMark, isSameDataset, LabError } from '@core'

/** A dataset of the store, or why it cannot be used. */
export interface DatasetEntry {
  readonly id: string
  /** Null when the description itself is damaged */
  readonly info: DatasetInfo | null
  readonly problem: LabError | null
}

/** A dataset whose description could be read. */
type DescribedEntry = DatasetEntry & { readonly info: DatasetInfo }

/** The dataset with the same files, whatever its name and id are on this computer. */
export const entryWithFiles = (entries: readonly DatasetEntry[], files: Pick<DatasetMark, 'sha256'>): DescribedEntry | undefined =>
  entries.find((entry): entry is DescribedEntry => entry.info !== null && isSameDataset(entry.info, files))

/**
 * The dataset that a network was trained on.
 * @param file with its weights, for the message
 * @throws LabError weights.unknownDataset
 */
export function entryTrainedOn(entries: readonly DatasetEntry[], trained: DatasetMark, file: string): DescribedEntry {
  const entry = entryWithFiles(entries, trained)
  if (entry) return entry
  const sha256 = trained.sha256.trainImages ?? '–'
  throw new LabError('weights.unknownDataset', `${file} was trained on ${trained.name} (${sha256}), which is not on this computer`, { file, name: trained.name, sha256 })
}

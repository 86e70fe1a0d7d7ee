import type { DatasetFile } from './dataset'

/** One file of a known dataset, as its authors publish it. */
export interface KnownFile {
  readonly name: string
  /** Of the file as it is fetched, gzip */
  readonly bytes: number
  readonly sha256: string
  /** Of its contents; null where only the packed file is known */
  readonly unpackedSha256: string | null
}

/** A dataset that is published: the program names it, and a person fetches it. */
export interface KnownDataset {
  readonly id: string
  readonly name: string
  /** Folder of its files on the web */
  readonly address: string
  readonly licence: string
  /** Its authors */
  readonly source: string
  readonly classes: readonly string[]
  readonly files: Readonly<Record<DatasetFile, KnownFile>>
}

type FileFacts = readonly [bytes: number, sha256: string, unpackedSha256: string | null]
const filesOf = (trainImages: FileFacts, trainLabels: FileFacts, testImages: FileFacts, testLabels: FileFacts): KnownDataset['files'] => {
  const file = (name: string, [bytes, sha256, unpackedSha256]: FileFacts): KnownFile => ({ name: `${name}-ubyte.gz`, bytes, sha256, unpackedSha256 })
  return {
    trainImages: file('train-images-idx3', trainImages), trainLabels: file('train-labels-idx1', trainLabels),
    testImages: file('t10k-images-idx3', testImages), testLabels: file('t10k-labels-idx1', testLabels),
  }
}

/**
 * @source github.com/zalandoresearch/fashion-mnist; github.com/rois-codh/kmnist; the hashes of the packed files are also those of
 * TensorFlow Datasets
 */
export const knownDatasets: readonly KnownDataset[] = [{
  id: 'fashion-mnist', name: 'Fashion-MNIST', licence: 'MIT', source: 'Zalando Research: Han Xiao, Kashif Rasul, Roland Vollgraf',
  address: 'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  files: filesOf(
    [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84', 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888'],
    [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845', 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9'],
    [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073', '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b'],
    [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5', '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34'],
  ),
}, {
  id: 'kmnist', name: 'KMNIST', licence: 'CC BY-SA 4.0', source: 'KMNIST Dataset (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and others), doi:10.20676/00000341',
  address: 'http://codh.rois.ac.jp/kmnist/dataset/kmnist/',
  classes: ['お', 'き', 'す', 'つ', 'な', 'は', 'ま', 'や', 'れ', 'を'],
  files: filesOf(
    [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4', null],
    [29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17', null],
    [3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5', null],
    [5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c', null],
  ),
}]

/** Hashes of a file that was given: as it is on disk, and of its contents. */
export interface GivenFile {
  readonly packedSha256: string
  readonly sha256: string
}
export type GivenFiles = Readonly<Partial<Record<DatasetFile, GivenFile>>>

/** Whether a file that was given is the published one, packed in any way. */
export const isKnownFile = ({ sha256, unpackedSha256 }: KnownFile, given: GivenFile | undefined): boolean =>
  given !== undefined && (given.packedSha256 === sha256 || given.sha256 === unpackedSha256)

/**
 * The known dataset that files belong to.
 * @param wanted id of the expected one; left out: the one with at least one of its files here
 * @returns it, with the files that are not its own; null when none is
 */
export function knownDatasetOf(given: GivenFiles, wanted?: string): { readonly known: KnownDataset, readonly differing: readonly DatasetFile[] } | null {
  const differing = ({ files }: KnownDataset): readonly DatasetFile[] => (Object.keys(files) as DatasetFile[]).filter(file => !isKnownFile(files[file], given[file]))
  const found = knownDatasets.map(known => ({ known, differing: differing(known) }))
  if (wanted !== undefined) return found.find(({ known }) => known.id === wanted) ?? null
  return found.find(({ known, differing }) => differing.length < Object.keys(known.files).length) ?? null
}

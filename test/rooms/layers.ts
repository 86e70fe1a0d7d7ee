import { dirname, posix } from 'node:path'
import { importsOf } from './imports'

/** The window's layers from the lowest up: a file imports from its own layer and from lower ones. */
export const layers = ['lib', 'course', 'components', 'stores', 'features', 'rooms'] as const
export type Layer = (typeof layers)[number]

/** The features, each with the other features that it may show. */
export const features: Readonly<Record<string, readonly string[]>> = {
  terms: [],
  graph: [],
  inspector: ['terms', 'past'], // questions to the past stand in the menu of the thing itself
  train: ['terms', 'past'],
  draw: ['terms', 'past'],
  files: ['terms', 'past'],
  compare: ['files', 'terms'],
  lessons: ['train', 'draw', 'terms', 'inspector'], // lesson 24 and the capstone show a real training run, the capstone a paper to draw on, a text the cards of its terms, and the bug lab tensors as the X-ray does
  past: ['train', 'terms'], // a fork has the settings that a training has
  shell: [],
}

/** The folders of graph/, from the lowest up. */
export const graphFolders = ['document', 'layout', 'picture', 'canvas', 'panels', 'workspace'] as const

const folderOf = (file: string): string => file.split('/')[1]!

const isFolder = (name: string): boolean => name in features || layers.some(layer => layer === name)

/** @returns null for a file of the window itself (App.vue, main.ts), which may import all layers */
export function layerOf(file: string): Layer | null | undefined {
  const folder = folderOf(file)
  if (file.split('/').length === 2 && !isFolder(folder)) return null
  if (folder in features) return 'features'
  return layers.find(layer => layer === folder && layer !== 'features')
}

/** Imports of a window file that violate the order, each as a sentence. */
export function againstTheOrder(file: string, source: string): string[] {
  const layer = layerOf(file)
  if (layer === undefined) return [`${file} stands in no layer`]
  const targets = importsOf(file, source).filter(specifier => specifier.startsWith('.')).map(specifier => posix.join(dirname(file), specifier.split('?')[0]!))
  return targets.filter(target => target.startsWith('renderer/') && !target.endsWith('.css')).flatMap((target) => {
    const reason = layer === null ? null : refusal({ file, layer, target })
    return reason ? [`${file} imports ${target}: ${reason}`] : []
  })
}

function refusal({ file, layer, target }: { file: string, layer: Layer, target: string }): string | null {
  const other = layerOf(target)
  if (other === undefined) return 'it stands in no layer'
  if (other === null) return 'the window itself is imported by nobody'
  if (layers.indexOf(other) > layers.indexOf(layer)) return `${other} stands above ${layer}`
  const [own, theirs] = [folderOf(file), folderOf(target)]
  if (layer === 'features' && other === 'features' && own !== theirs) return features[own]!.includes(theirs) ? null : `${own} shows nothing of ${theirs}`
  return own === 'graph' && theirs === 'graph' ? insideGraph(file, target) : null
}

function insideGraph(file: string, target: string): string | null {
  const [own, theirs] = [file, target].map(path => graphFolders.findIndex(folder => folder === path.split('/')[2]))
  if (own === -1 || theirs === -1) return 'it stands in no folder of graph'
  return theirs! > own! ? `${graphFolders[theirs!]} stands above ${graphFolders[own!]}` : null
}

import type { Nested, Trace } from '@core'
import { inject, type InjectionKey, provide, type Ref, type ShallowRef } from 'vue'
import type { Box, DrawnEdge, GraphLayout, NodeSize } from '../layout/geometry'
import type { CellAddress } from '../../stores/graph/useSelection'
import type { Highlights } from './highlights'
import type { EdgeState, NodeState } from '../layout/display-state'

/** The state that the components of the canvas share. */
export interface CanvasView {
  readonly trace: Readonly<ShallowRef<Trace>>
  readonly layout: Readonly<ShallowRef<GraphLayout>>
  readonly highlights: Readonly<ShallowRef<Highlights>>
  /** Zoomed out so far that numbers are illegible */
  readonly small: Readonly<Ref<boolean>>
  readonly selected: Readonly<ShallowRef<string | null>>
  readonly resultName: Readonly<ShallowRef<string>>
  readonly sizeOf: (id: string) => NodeSize
  readonly shapeOf: (id: string) => readonly number[]
  /** The box of a node's note, if it may have one */
  readonly noteBox: (id: string) => Box | undefined
  /** Each of these refs changes only when its content changes */
  readonly node: (id: string) => Readonly<ShallowRef<NodeState>>
  readonly edge: (edge: DrawnEdge) => Readonly<ShallowRef<EdgeState>>
  /** The name of a group, as typed in the expression */
  readonly groupName: (id: string) => string
  readonly select: (id: string) => void
  readonly setInput: (name: string, nested: Nested) => void
  readonly open: (id: string) => void
  readonly close: (group: string) => void
  readonly hover: (cell: CellAddress | null) => void
}

const key: InjectionKey<CanvasView> = Symbol('canvas')

export const provideView = (view: CanvasView): void => provide(key, view)
export const useView = (): CanvasView => inject(key)!

import type { StageView } from '@core'
import * as v from 'valibot'
import { count } from './schema'

/** 'layer': the next layer forward or backward, or the update of the next parameter; 'step': the rest of a step that has begun. */
export const layerQuery = v.strictObject({ unit: v.picklist(['layer', 'step']) })

/** A cell of the latest stage's block; null: the one that says most */
export const stageQuery = v.strictObject({
  cell: v.nullable(v.pipe(v.strictObject({ part: v.pipe(v.string(), v.regex(/^\w{1,12}$/)), row: count, column: count }), v.readonly())),
})
export type StageQuery = v.InferOutput<typeof stageQuery>

/** The latest stage of a step that is computed layer by layer. */
export interface StageFrame extends StageView {
  readonly runId: number
}

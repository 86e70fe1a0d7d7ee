import * as v from 'valibot'
import { layerName } from './schema'

/** What the inspector shows: the chosen block, or what the network gets wrong. */
export const inspectorTabs = ['block', 'mistakes', 'health', 'check'] as const
export type InspectorTab = (typeof inspectorTabs)[number]

const place = v.pipe(v.number(), v.finite())
const stroke = v.pipe(v.array(v.pipe(v.strictObject({ x: place, y: place, width: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(10))) }), v.readonly())), v.readonly())

/** The largest drawing that is kept as it is: strokes, and points of all of them */
export const deskLimits = { strokes: 1_000, points: 20_000 } as const

/** What was being looked at and drawn, with which the next session goes on. */
export const deskSchema = v.strictObject({
  /** The chosen block, or the network's input */
  block: layerName,
  tab: v.picklist(inspectorTabs),
  /** The drawing, without an image below it */
  strokes: v.pipe(v.array(stroke), v.maxLength(deskLimits.strokes), v.check(strokes => strokes.reduce((sum, { length }) => sum + length, 0) <= deskLimits.points), v.readonly()),
})
export type Desk = Readonly<v.InferOutput<typeof deskSchema>>

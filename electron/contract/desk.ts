import * as v from 'valibot'

/** What the inspector shows: the chosen block, or what the network gets wrong. */
export const inspectorTabs = ['block', 'mistakes'] as const
export type InspectorTab = (typeof inspectorTabs)[number]

const place = v.pipe(v.number(), v.finite())
const stroke = v.pipe(v.array(v.pipe(v.strictObject({ x: place, y: place }), v.readonly())), v.maxLength(5_000), v.readonly())

/** What was being looked at and drawn, with which the next session goes on. */
export const deskSchema = v.strictObject({
  /** The chosen block, or the network's input */
  block: v.pipe(v.string(), v.regex(/^\w{1,40}$/)),
  tab: v.picklist(inspectorTabs),
  /** The drawing, without an image below it */
  strokes: v.pipe(v.array(stroke), v.maxLength(200), v.readonly()),
})
export type Desk = Readonly<v.InferOutput<typeof deskSchema>>

import { type Channel, defaultSettings, drawSources, graphLimits, graphPanels, LabError, levels, locales, maxThreads, paces, type RequestArg, type Settings, themes } from '@contract'
import * as v from 'valibot'
import { graphSchema, playgroundSchema } from './graph-files'
import { tooMuch } from './message'
import { progressSchema } from './progress'

const nothing = v.null()
const pace = v.picklist(paces)
const handle = v.strictObject({ handle: v.pipe(v.string(), v.maxLength(64)) })
const plain = v.custom<object>(value => Object.prototype.toString.call(value) === '[object Object]')
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const path = v.strictObject({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })
const within = ([from, to]: readonly [number, number]) => v.pipe(v.number(), v.minValue(from), v.maxValue(to))

const layer = v.pipe(v.string(), v.regex(/^\w{1,40}$/))
const tensor = v.strictObject({ path: v.pipe(v.string(), v.regex(/^\w{1,40}\.\w{1,8}$/)), firstColumn: v.optional(count), columns: v.optional(count) })

const settings = v.strictObject({
  locale: v.picklist(['system', ...locales]), theme: v.picklist(themes), level: v.picklist(levels), pace, drawDocked: v.boolean(),
  graphStepMs: within(graphLimits.stepMs), graphPanel: v.picklist([...graphPanels, 'closed']), graphSidePx: v.union([v.literal(0), within(graphLimits.sidePx)]),
  threads: v.union([v.literal('auto'), v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(maxThreads))]),
})

/** What each channel takes. A configuration's values are checked by core, which knows the sentences for them. */
const schemas: { readonly [K in Channel]: v.GenericSchema<unknown, RequestArg<K>> } = {
  'app:info': nothing,
  'app:shown': nothing,
  'settings:read': nothing,
  'settings:write': v.pipe(plain, v.partial(settings)),
  'progress:read': nothing,
  'progress:write': progressSchema,
  'run:state': nothing,
  'run:history': nothing,
  'run:configure': plain as v.GenericSchema<unknown, RequestArg<'run:configure'>>,
  'run:start': v.strictObject({ pace }),
  'run:pause': nothing,
  'run:pace': v.strictObject({ pace }),
  'run:step': v.strictObject({ unit: v.picklist(['batch', 'epoch']) }),
  'run:rewind': nothing,
  'run:recover': v.strictObject({ from: v.picklist(['autosave', 'seed']) }),
  'run:recovery': nothing,
  'run:discardRecovery': nothing,
  'run:lost': nothing,
  'kernels:speed': nothing,
  'run:probe': v.pipe(plain, v.strictObject({
    stats: v.optional(v.boolean()), tensors: v.optional(v.pipe(v.array(tensor), v.maxLength(8))), images: v.optional(v.pipe(count, v.maxValue(100))), move: v.optional(layer),
  })),
  'run:batch': v.strictObject({ rows: v.pipe(count, v.minValue(1)) }),
  'draw:predict': v.strictObject({
    source: v.picklist(drawSources),
    pixels: v.pipe(v.instance(Float32Array), v.check(({ length }) => length === 784), v.check(pixels => pixels.every(pixel => pixel >= 0 && pixel <= 1))),
  }),
  'data:image': v.strictObject({ split: v.picklist(['train', 'test']), index: count }),
  'weights:save': nothing,
  'weights:list': nothing,
  'weights:open': v.union([v.strictObject({ handle: v.null() }), handle]),
  'weights:drop': path,
  'weights:forget': handle,
  'weights:reveal': handle,
  'graph:save': v.strictObject({ document: graphSchema, name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }),
  'graph:open': nothing,
  'graph:drop': path,
  'graph:recall': nothing,
  'graph:remember': playgroundSchema,
  'certificate:state': nothing,
  'certificate:start': nothing,
  'certificate:stop': nothing,
}

/** Settings read back from disk: what is missing or makes no sense takes its default. */
export function parseSettings(value: unknown): Settings {
  const given = v.parse(v.record(v.string(), v.unknown()), value)
  const kept = Object.entries(settings.entries).filter(([key, schema]) => v.is(schema, given[key])).map(([key]) => [key, given[key]])
  return { ...defaultSettings, ...Object.fromEntries(kept) as Partial<Settings> }
}

/** @throws LabError ipc.schema when the window sent something else than the contract says */
export function checkArg<K extends Channel>(channel: K, arg: unknown): RequestArg<K> {
  const refused = tooMuch(arg)
  if (refused !== null) throw new LabError('ipc.schema', `${channel}: ${refused}`, { found: channel })
  const result = v.safeParse(schemas[channel], arg)
  if (result.success) return result.output as RequestArg<K>
  throw new LabError('ipc.schema', `${channel}: ${result.issues[0].message}`, { found: channel })
}

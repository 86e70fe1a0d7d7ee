import type { Channel, EventName } from './ipc'

// Names alone, without the texts and checks of the other files: the preload stays small.
const channelNames: Record<Channel, true> = {
  'app:info': true, 'app:shown': true, 'settings:read': true, 'settings:write': true, 'progress:read': true, 'progress:write': true,
  'run:state': true, 'run:history': true, 'run:configure': true, 'run:start': true, 'run:pause': true, 'run:pace': true, 'run:step': true, 'run:rewind': true,
  'run:recover': true, 'run:recovery': true, 'run:discardRecovery': true, 'run:lost': true,
  'kernels:speed': true, 'run:probe': true, 'run:batch': true, 'draw:predict': true, 'data:image': true,
  'weights:save': true, 'weights:list': true, 'weights:open': true, 'weights:drop': true, 'weights:forget': true, 'weights:reveal': true,
  'graph:save': true, 'graph:open': true, 'graph:drop': true, 'graph:recall': true, 'graph:remember': true,
  'certificate:state': true, 'certificate:start': true, 'certificate:stop': true,
}
const names: Record<EventName, true> = { 'run:metrics': true, 'run:state': true, 'run:lost': true, 'certificate': true, 'dataset': true, 'settings': true, 'menu': true, 'warning': true }

/** What a dropped file is, by its name. */
export const isGraphFile = (name: string): boolean => name.toLowerCase().endsWith('.json')

export const channels = Object.keys(channelNames) as readonly Channel[]
export const eventNames = Object.keys(names) as readonly EventName[]

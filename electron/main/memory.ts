import type { MemoryAmounts } from '@contract'
import { LabError, maxRunBytes } from '@core'

/** What the threads of the lab hold memory for. */
export type MemoryUser = 'run' | 'past' | 'comparison'

/** A way to free memory. @param wanted MB that were refused @returns whether some was freed */
export type WayToFree = (wanted: number) => Promise<boolean>

/** A thread that can be started again. */
export interface Restartable {
  readonly isInUse: () => boolean
  /** Whether the run stays paused for it, if it is */
  readonly isWaitedFor: () => boolean
  /** Ends it, also in use. @returns whether there was one */
  readonly end: () => Promise<boolean>
}

/** The training run. */
export interface Pausable {
  /** Ends its thread; the run goes on later. */
  readonly pause: (amounts: MemoryAmounts) => Promise<boolean>
  /** Called when nobody needs the memory for which it was paused, perhaps */
  readonly released: () => void
}

export interface Asking {
  /** Whether the run may be paused for it; left out: yes */
  readonly mayPause?: (amounts: MemoryAmounts) => boolean
  /** Ways of its own, before those of the others, and when nothing else has helped */
  readonly first?: readonly WayToFree[]
  readonly last?: readonly WayToFree[]
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/**
 * Counts what the training run, its past and the comparison hold: all of them together take no more than one run may. The
 * run comes first, but it is paused for what does not fit beside it and fits alone.
 */
export class Memory {
  run: Pausable | null = null
  readonly others = new Map<Exclude<MemoryUser, 'run'>, Restartable>()
  private readonly held = new Map<MemoryUser, number>()

  constructor(private readonly maxBytes = maxRunBytes) {}

  /** A thread holds so much now; 0: it has ended. */
  hold(user: MemoryUser, bytes: number): void { this.held.set(user, bytes) }

  /** What a thread may hold beside the others, in bytes. */
  leftFor(user: MemoryUser): number { return this.left([user]) }

  private left(free: readonly MemoryUser[]): number {
    return [...this.held].reduce((left, [user, bytes]) => free.includes(user) ? left : Math.max(0, left - bytes), this.maxBytes)
  }

  /** Whether the run stays paused, if it is. */
  get isWaitedFor(): boolean { return [...this.others.values()].some(({ isWaitedFor }) => isWaitedFor()) }

  /** Nobody needs what the run was paused for, perhaps. */
  released(): void { this.run?.released() }

  /**
   * Asks a thread for what takes memory; where it refuses, others give way until it fits.
   * @param ask tells the thread what it may hold, in bytes
   * @throws LabError past.memory; train.memory for the run
   */
  async within<T>(user: MemoryUser, ask: (maxBytes: number) => Promise<T>, { mayPause = () => true, first = [], last = [] }: Asking = {}): Promise<T> {
    const others = [...this.others].filter(([other]) => other !== user).map(([, other]) => other)
    const pause: WayToFree = async (wanted) => {
      if (wanted > megabytes(this.left(['run', user]))) return false
      const amounts = { wanted: megabytes(this.held.get('run') ?? 0) + wanted, max: megabytes(this.maxBytes) }
      return mayPause(amounts) && await this.run?.pause(amounts) === true
    }
    const rest = others.map(({ isInUse, end }) => () => isInUse() ? Promise.resolve(false) : end())
    const ways: WayToFree[] = [...first, ...rest, ...user === 'run' ? others.map(({ end }) => end) : [pause], ...last]
    for (;;) {
      try { return await ask(this.leftFor(user)) }
      catch (cause) {
        if (!(cause instanceof LabError) || cause.code !== 'train.memory') throw cause
        const wanted = Number(cause.details.found)
        let isFreed = false
        for (let way = ways.shift(); way && !(isFreed = await way(wanted));) way = ways.shift()
        if (isFreed) continue
        if (user === 'run') throw cause
        throw new LabError('past.memory', `needs ${wanted} MB`, { found: wanted, max: megabytes(this.leftFor(user)) })
      }
    }
  }
}

import type { Block, ProbeFrame } from '@contract'
import { computed, type ComputedRef, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { letterOf, numberOf, partOf, statsOf } from '../../lib/block-parts'
import { useBlockName } from '../../lib/useBlockName'
import { useNumbers } from '../../lib/useNumbers'
import { type HeldScale, holdScale, type LogScale, scaleFor } from './log-scale'
import { type GradientNorm, summarize } from './stairs'

export interface GradientNorms {
  /** One for each block */
  readonly norms: ComputedRef<readonly GradientNorm[]>
  /** Held while the run goes on, so that it does not jump with every frame */
  readonly scale: ComputedRef<LogScale>
  /** In words */
  readonly summary: ComputedRef<string>
}

/** The norms of all gradients of a frame, and the scale on which they are drawn. */
export function useGradientNorms(blocks: () => readonly Block[], frame: () => ProbeFrame | null): GradientNorms {
  const { t } = useI18n()
  const numbers = useNumbers()
  const nameOf = useBlockName()
  const norms = computed(() => blocks().map((block): GradientNorm => {
    const part = partOf(block, 'gradient')
    const given = frame()
    const stats = given?.loss == null ? null : statsOf(given, block, part)
    return {
      layer: block.name, title: `${nameOf(block.kind)} ${numberOf(block)}`.trim(), letter: letterOf(part ?? ''), weights: partOf(block, 'weight') !== null,
      norm: stats?.norm ?? null, count: stats?.shape.reduce((product, n) => product * n, 1) ?? 0,
    }
  }))
  const values = () => norms.value.flatMap(({ norm }) => norm === null ? [] : [norm])

  const held = shallowRef<HeldScale | null>(null)
  watch(frame, (now, before) => {
    held.value = now?.loss == null ? null : holdScale(before?.runId === now.runId ? held.value : null, values())
  }, { immediate: true })
  const scale = computed(() => held.value?.scale ?? scaleFor([]))

  const layersWith = (holds: (norm: number) => boolean) => norms.value.filter(({ weights, norm }) => weights && norm !== null && holds(norm)).map(({ title }) => title).join(', ')
  const short = ({ norm }: GradientNorm) => numbers.value.short(norm!)
  const comparison = () => {
    const found = summarize(norms.value)
    if (found.kind === 'none') return []
    if (found.kind === 'level') return [t('train.network.norms.level', { name: found.least.letter, least: short(found.least), greatest: short(found.greatest) })]
    const { first, last } = found
    return [t(`train.network.norms.${found.kind}`, { name: last.letter, from: short(last), fromLayer: last.title, to: short(first), toLayer: first.title })]
  }
  const named = (key: 'zero' | 'beyond', holds: (norm: number) => boolean) => {
    const layers = layersWith(holds)
    return layers ? [t(`train.network.norms.${key}`, { layers })] : []
  }
  const summary = computed(() => [t('train.network.norms.title'), ...comparison(), ...named('zero', norm => norm === 0), ...named('beyond', norm => !Number.isFinite(norm))].join('. '))
  return { norms, scale, summary }
}

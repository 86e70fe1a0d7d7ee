import { latexOf, linesAt, type Listing, numpyOf, pytorchOf, type Step, typescriptOf } from '@core'
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useCourse } from '../../stores/course/course'
import { useGraph } from '../../stores/graph/graph'
import { autogradListing, inAutograd } from '../document/autograd-listing'

const writers = { numpy: numpyOf, pytorch: pytorchOf, typescript: typescriptOf, latex: latexOf } as const
export const languages = ['numpy', 'pytorch', 'typescript', 'latex'] as const satisfies readonly (keyof typeof writers)[]
export type CodeKind = keyof typeof writers | 'lesson' | 'autograd'

/** A program about the graph, and what of it is at work in the current step. */
export function useListing(kind: Ref<CodeKind>) {
  const { t, te } = useI18n()
  const graph = useGraph()
  const course = useCourse()
  const autograd = computed(() => kind.value === 'autograd' ? autogradListing() : null)

  const listing = computed<Listing>(() => {
    if (autograd.value) return autograd.value
    if (kind.value === 'lesson' && course.lesson?.code) return course.lesson.code
    return kind.value in writers ? writers[kind.value as keyof typeof writers](graph.document) : numpyOf(graph.document)
  })
  /** The lesson's code is about the lesson's figures, whatever their numbers; of another graph it carries out nothing. */
  const applies = computed(() => kind.value !== 'lesson' || !!course.lesson?.figures.some(figure => figure.kind === 'graph' && figure.graph.expression === graph.trace.graph.source))
  const work = computed(() => {
    const { step } = graph.moment
    return step && applies.value ? linesAt(listing.value, graph.trace.graph, step) : { lines: [], body: [] }
  })
  const spans = computed(() => {
    const { step } = graph.moment
    return new Map(work.value.lines.flatMap((line): [number, readonly [number, number]][] => {
      const span = step && autograd.value?.spans.get(`${step.phase}:${line}`)
      return span ? [[line, span]] : []
    }))
  })

  /** What autograd.ts has no line for */
  function missingIn({ phase, node: id }: Step): string | null {
    if (phase === 'update') return t('graph.code.updateIsNot')
    const node = graph.trace.graph.byId.get(id)
    if (phase === 'start' || node?.kind !== 'operation' || inAutograd(node.operation) !== null) return null
    const key = `graph.operation.${node.operation}.name`
    return t('graph.code.notInAutograd', { name: te(key) ? t(key) : node.operation })
  }
  const note = computed(() => autograd.value && graph.moment.step ? missingIn(graph.moment.step) : null)
  return { listing, work, spans, note }
}

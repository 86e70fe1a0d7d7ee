import type { Prediction } from '@contract'
import { type Architecture, countParameters, defaultConfig, inputSize, mnist } from '@core'
import { computed, ref, watch } from 'vue'
import { useRun } from '../stores/run'
import type { Reading } from '../stores/sketch/useReading'
import { useSketch } from '../stores/sketch/sketch'
import { useUntrainedRun } from '../stores/useUntrainedRun'

/** The digit that the scene asks for */
export const asked = 7

/** The bars move at a pace that the eye can follow, then faster. */
const paces = { slow: 10, fast: 100 } as const
const slowSteps = 40

/** A drawing counts as read from this probability on, and not before so many steps: early answers still jump from digit to digit. */
const sure = { probability: 0.9, steps: 100 } as const
/** Steps after which the scene no longer waits; any largest probability is enough then. An epoch of MNIST */
const patience = 600

/**
 * What the scene shows: a blank paper, the untrained network's answer, training, a pause in it, a drawing that is still not read
 * after an epoch, a drawing that is read, and the question at the end.
 */
export type Stage = 'draw' | 'guess' | 'learning' | 'paused' | 'notYet' | 'read' | 'question'

const architecture: Architecture = { input: [inputSize(mnist)], ...defaultConfig.network }

/** The course of the scene of the first start. */
export function useFirstScene(reading: Reading, prediction: () => Omit<Prediction, 'source'> | null) {
  const run = useRun()
  const sketch = useSketch()
  const { ready, setAsideAt } = useUntrainedRun()
  const parameters = countParameters(architecture)

  /** The digit that was drawn; a test image says it itself. */
  const drawn = ref(asked)
  const digit = computed(() => reading.paperImage?.label ?? drawn.value)
  const call = (value: number) => { drawn.value = value }
  watch(() => sketch.empty, (empty) => { if (empty) call(asked) })

  const isRead = ref(false)
  const isAsked = ref(false)
  const stage = computed<Stage>(() => {
    if (isAsked.value) return 'question'
    if (isRead.value) return 'read'
    if (!ready.value || (run.step === 0 && !run.running)) return sketch.empty ? 'draw' : 'guess'
    if (run.running) return 'learning'
    return run.step < patience ? 'paused' : 'notYet'
  })

  const learn = () => run.runAt(run.step < slowSteps ? paces.slow : paces.fast)
  let isFast = false
  watch([() => run.step, prediction], () => {
    if (!ready.value || stage.value === 'question') return
    if (run.running && !isFast && run.step >= slowSteps) {
      isFast = true
      void learn()
    }
    const answer = prediction()
    const probability = answer?.label === digit.value ? answer.outputs[digit.value]! : 0
    const isLate = run.step >= patience
    if ((answer?.at?.step ?? 0) >= sure.steps && probability > 0 && (isLate || probability >= sure.probability)) isRead.value = true
    if (run.running && (isRead.value || isLate)) void run.pause()
  })

  /** The one button of the scene: what comes next; the last stage's is the component's. */
  function go(): void {
    if (stage.value === 'learning') void run.pause()
    else if (stage.value === 'read' || stage.value === 'notYet') isAsked.value = true
    else void learn()
  }
  const canGo = computed(() => {
    if (stage.value === 'draw') return false
    return stage.value !== 'guess' || (ready.value && run.canRun && prediction() !== null)
  })
  return { stage, ready, setAsideAt, parameters, digit, call, go, canGo }
}

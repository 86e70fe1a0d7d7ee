import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useAsked } from './asked'
import { useCards } from './cards'
import { useCourse } from './course'
import { useFigure } from './figure'
import { useLesson } from './lesson'
import { useQuiz } from './quiz'
import { useGraph } from '../graph/graph'

/** What a group is led through: the steps of a graph, then the cards of the lessons or the questions of a round. */
export const usePresentation = defineStore('presentation', () => {
  const asked = useAsked()
  const cards = useCards()
  const course = useCourse()
  const figure = useFigure()
  const graph = useGraph()
  const work = useLesson()
  const quiz = useQuiz()

  const inRound = computed(() => quiz.phase === 'asking')
  /** Whether the figure is a graph that is stepped */
  const hasSteps = computed(() => !figure.special || figure.special === 'network')
  const canTurn = computed(() => inRound.value ? quiz.place < quiz.items.length - 1 : course.lesson ? !cards.isLast || course.following !== null : course.following !== null)
  const canTurnBack = computed(() => inRound.value ? quiz.place > 0 : course.lesson ? cards.at > 0 || course.preceding !== null : course.preceding !== null)
  /** The next card or question. */
  const turn = () => { if (inRound.value) quiz.present(quiz.place + 1); else cards.next() }
  const turnBack = () => { if (inRound.value) quiz.present(quiz.place - 1); else cards.back() }

  const canStep = computed(() => hasSteps.value && !graph.atEnd)
  const canStepBack = computed(() => hasSteps.value && graph.position > 0)
  const next = () => { if (canStep.value) graph.next(); else if (canTurn.value) turn() }
  const back = () => { if (canStepBack.value) graph.back(); else if (canTurnBack.value) turnBack() }
  const toStart = () => { if (canStepBack.value) graph.restart() }

  /** Reveals the answer to the group, without recording one. */
  const reveal = () => { if (inRound.value) quiz.uncover(); else work.uncover() }
  const begin = () => { if (inRound.value) quiz.present(quiz.at) }
  /** Covers what was revealed. */
  function end() {
    work.cover()
    quiz.endPresenting()
  }
  return {
    hasSteps, canTurn, canTurnBack, canStepBack, turn, turnBack, next, back, toStart, reveal, begin, end,
    canNext: computed(() => canStep.value || canTurn.value),
    canBack: computed(() => canStepBack.value || canTurnBack.value),
    canReveal: computed(() => asked.isOpen),
  }
})

import { computed, type Ref, ref } from 'vue'

/** Rows and columns of a matrix that are shown at once: images of units beside each other, rows of at least a pixel. */
export const [pageRows, pageColumns] = [1000, 100]

/**
 * One side of a matrix, a page at a time.
 * @param all rows or columns of the matrix
 * @param most rows or columns of a page
 */
export function usePages(all: Readonly<Ref<number>>, most: () => number) {
  const wanted = ref(0)
  const size = computed(() => Math.min(all.value, most()))
  const first = computed({
    get: () => wanted.value < all.value ? wanted.value : 0,
    set: (value) => { wanted.value = value },
  })
  const last = computed(() => Math.min(first.value + size.value, all.value) - 1)
  function turn(by: number) {
    const next = first.value + by * size.value
    if (next >= 0 && next < all.value) wanted.value = next
  }
  return { all, first, last, size, turn, isPaged: computed(() => size.value < all.value) }
}

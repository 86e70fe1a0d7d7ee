/** Whether the focus moves from a field to its suggestion: the typed text has to stay until the suggestion is pressed. */
export const towardsSuggestion = ({ relatedTarget }: FocusEvent): boolean => relatedTarget instanceof Element && relatedTarget.matches('.suggestion')

/** A way to go about it (to suggest, to stop), for people who read the log. */
export interface Method {
  /** Kebab-case; changes when the way changes. */
  readonly name: string
  /** One plain sentence: what was seen, and what follows from it. */
  readonly sentence: string
}

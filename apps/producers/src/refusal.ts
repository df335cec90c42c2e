/** A request that a product service refuses; its message is for whoever asked. */
export class Refusal extends Error {}

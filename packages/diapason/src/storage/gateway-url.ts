/** Is this the address of a gateway? */
export function isGatewayUrl(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

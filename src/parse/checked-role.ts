import { HarmonyError, quote } from '../errors.js'
import { ROLES, type Role } from '../message/types.js'

/** A caller's role, or `undefined` for none. @throws HarmonyError `unknown-role` */
export function checkedRole(role: Role | null | undefined): Role | undefined {
  if (role === undefined || role === null) return undefined
  if (ROLES.includes(role)) return role
  throw new HarmonyError('unknown-role', `role ${quote(role)}: unknown, wanted one of ${ROLES.join(', ')}`, { evidence: quote(role) })
}

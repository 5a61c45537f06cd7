import { isRole, type Role, unknownRole } from '../message/index.js'

/** A caller's role, or `undefined` for none. @throws HarmonyError `unknown-role` */
export function checkedRole(role: Role | null | undefined): Role | undefined {
  if (role === undefined || role === null) return undefined
  if (isRole(role)) return role
  throw unknownRole(role)
}

// The demonstration’s own provider of identities.
export default {
  'demonstration.identity.title': '演示身份提供方',
  'demonstration.identity.lead': '演示身份提供方，不是真实的统一身份认证。这里的人都是虚构的，请选一位。',
  'demonstration.identity.verified': '已实名核实',
  'demonstration.identity.unverified': '没有实名核实',
  'demonstration.identity.trouble': '这里现在不能选人。请回到上一页，重新点登录。',
  'demonstration.identity.choose': '以{name}登录',
};

package docs

// closeCodes is the table of docs/protocol.md, "Closing".
var closeCodes = []closeCode{
	{1000, "The client asked for it.", ""},
	{1001, "The server shuts down; every request in flight was answered first, if there was time.", "connect again, after a random delay"},
	{1002, "A frame broke RFC 6455.", "not repeat it"},
	{1003, "A binary message came.", "not repeat it"},
	{1007, "A text message was not UTF-8.", "not repeat it"},
	{1008, "Too long without a session, or far too many requests.", "connect again, and log in sooner, or send less"},
	{1009, "A message was too large.", "not repeat it"},
	{1013, "The server is overloaded.", "connect again later"},
	{4000, "Slow consumer: too many bytes of answers waited to be read.", "connect again, and read faster"},
	{4001, "Silent: no ping was answered for two intervals.", "connect again"},
	{4002, "Stalled: a message has begun and did not come whole in time.", "connect again"},
	{4401, "The session has expired.", "log in again"},
	{4403, "The session was revoked.", "connect with its token, and log in if that is refused"},
}

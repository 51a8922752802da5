// On Node.js 20 the AWS SDK warns of that version's age, at its first client, in seven lines before anything that a person
// needs to read. Whoever imports this, before it makes a client, and the processes that it starts, never show it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

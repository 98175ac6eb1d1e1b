/** For the agent, at the start of its session. Clients cut it at about 2,000 characters. */
export const instructions = `This server is a shell on a small cluster of the user's own machines: this one ("local_node") and others reached over SSH. Commands run under bash, in this session's working folder unless "cwd" says otherwise.

Which tool:
- cluster_bash: the default. It picks the node: builds, tests and other heavy work leave this machine, simple commands stay. Use requires_os, requires_arch, requires_capabilities where the command needs them.
- offload_to: you know which node. Without "cwd" it runs in the node user's home folder.
- parallel_execute: several independent commands; they are spread over the nodes and run at once.
- cluster_plan: where would a command go and why, would the policy allow it? Nothing runs.
- cluster_status: load, slots and reachability of the nodes.
- task_output, task_cancel, task_list: follow, end and find what was started.

How to read an answer: "success" is true for return_code 0 and nothing else. "status" says what happened: completed, failed (ran, not 0), timeout, cancelled, running, queued, denied, needs_approval, invalid, unschedulable, unreachable, lost. Where something went wrong, "error_code" is stable and "hint" says what to do next.

Good to know:
- Files are not copied between nodes. A node without the working folder does not fit (no-such-folder): pass cwd: "~" or another folder that is there.
- A call waits 50 seconds (wait_seconds); a longer command is not killed: it answers "running" with a task_id, and task_output with wait_seconds follows it. timeout_seconds (default 300, 0 for none) ends it.
- Long output comes shortened (truncated: true); task_output reads all of it, page by page or with grep.
- needs_approval: a person has to allow the command; tell the user, do not rephrase the command to get around it.`;

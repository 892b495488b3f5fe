// A page that waits for a job looks again every two seconds; the link on it does the same by hand.
setTimeout(() => location.reload(), 2000);

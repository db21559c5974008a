class Inline:
    """Workers that are no processes: what is submitted is done at once."""

    class Future:
        status = "finished"

        def __init__(self, found):
            self.found = found

        def result(self):
            return self.found

        def add_done_callback(self, callback):
            callback(self)

        def release(self):
            pass

    def __init__(self, *_):
        self.client = self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, task, pure):
        return self.Future(function(task))

    def wanted(self, runs):
        pass

    def number(self):
        return 1

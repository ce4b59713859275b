from gcli2api_tui.state.write_queue import Waiting, Write


def usage(number):
    return Write("", (number,), ("usage", "c"), vital=True)


def history(number):
    return Write("", (number,), ("exchange", number))


def numbers(batch):
    return [write.values[0] for write in batch.writes()]


def test_the_newest_of_a_row_waits_and_only_the_first_rings():
    rung: list[str] = []
    waiting = Waiting(lambda: rung.append("rung"))
    rings = [waiting.add(usage(1)), waiting.add(usage(2)), waiting.add(history(9))]
    assert rings == [True, False, False] and len(rung) == 1
    assert numbers(waiting.take()) == [2, 9]
    assert waiting.add(usage(3)) and len(rung) == 2


def test_what_comes_after_the_end_is_not_taken():
    waiting = Waiting()
    waiting.add(usage(1))
    waiting.close()
    assert not waiting.add(history(2))
    assert numbers(waiting.take()) == [1]


def test_too_much_history_drops_the_oldest_and_counts_it():
    waiting = Waiting(longest=3)
    waiting.add(usage(1))
    for number in range(5):
        waiting.add(history(number))
    batch = waiting.take()
    assert (numbers(batch), batch.lost) == ([1, 2, 3, 4], 2)
    assert waiting.take().lost == 0


def test_what_is_put_back_is_older_than_what_came_meanwhile():
    waiting = Waiting(longest=3)
    for write in (usage(1), history(10), history(11)):
        waiting.add(write)
    refused = waiting.take()
    for write in (usage(2), history(12), history(13)):
        waiting.add(write)
    waiting.put_back(refused)
    batch = waiting.take()
    assert (numbers(batch), batch.lost) == ([2, 11, 12, 13], 1)


def more(number):
    return Write("", ("c", number), ("requests", "c"), vital=True, adds=1)


def test_what_is_added_adds_up_while_it_waits_and_when_it_is_put_back():
    waiting = Waiting()
    for number in (1, 2):
        waiting.add(more(number))
    refused = waiting.take()
    assert [write.values for write in refused.writes()] == [("c", 3)]
    waiting.add(more(4))
    waiting.put_back(refused)
    waiting.add(more(5))
    assert [write.values for write in waiting.take().writes()] == [("c", 12)]

"""Many samples, inputs and outputs, in reading order.

gram        gradient descent closes on the Gram matrix of the weights
factor      a factor of it moves as weights do, and where its curvature goes
kernel      the tangent kernel of all samples: its spectrum, and why it does not close
reductions  data on which the network is one sample's network, exactly;
            reductions_direction: the widest case, inputs along one direction
flattest    how flat a minimum can be, and above which rate nothing is stable
gates       ReLU on one input with frozen gates: two such networks; what a first step closes
"""
